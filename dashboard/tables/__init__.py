"""What the pages' tables are as spreadsheets: one module a page, each reading as the page does, in the reader's language."""
