"""Files that people bring and that mails show or link to: looked into, made harmless, kept, and served to everybody."""
