from conftest import PASSWORD, Client, make_user


def test_an_account_signs_in_and_out(client: Client) -> None:
    user = make_user()
    answer = client.submit("/entrar", {"email": user.email, "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/cuenta").status_code == 200
    client.submit("/salir")
    assert client.get("/cuenta").status_code == 303
