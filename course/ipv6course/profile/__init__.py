"""A country's profile: what it holds, how it came, what is used, and what such data can't say."""
