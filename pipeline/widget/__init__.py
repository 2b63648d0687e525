"""The box on a page: related-jobs.js, and the same box as HTML made by a server."""
