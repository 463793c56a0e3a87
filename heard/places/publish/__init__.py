"""One timetable, published as page words, JSON-LD, JSON, iCalendar and a printed door sign."""
