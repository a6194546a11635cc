"""Work that is never lost, tried: workers, queue and database killed in the middle of a job."""
