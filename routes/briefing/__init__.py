"""The briefing sheet: what `/api/approach` and nearest water by road answer, on one page to save, mail or print."""
