"""Other calendars, fetched on a schedule and put on the shelf."""
