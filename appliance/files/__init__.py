"""Files: what people show one another, each content kept once below the data folder."""
