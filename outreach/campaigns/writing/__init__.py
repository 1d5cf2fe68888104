"""Writing a campaign together: texts saved one by one, who is there, and every state the content had."""
