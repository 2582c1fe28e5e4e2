"""Programs that install packages, make environments or change users and owners: one family of programs per module."""
