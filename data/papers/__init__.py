"""Documents of a file: templates that an office can edit, filled from the record, as .docx, .pdf and one bound volume."""
