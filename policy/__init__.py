"""The law and the plans as data, and what follows from them. Pure: no SQL, no screen, no clock."""
