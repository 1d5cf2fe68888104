"""What an institution decides of its reports: layouts, phrases, the Word template."""
