"""One kind's questions to Graph each: pure, requests out and answers in, nothing sent here."""
