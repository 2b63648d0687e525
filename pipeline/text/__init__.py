"""What the stages know about the words of job ads: titles, employers, places, dates, pay, markup, tokens. Pure functions."""
