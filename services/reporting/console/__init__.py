"""The pages people open in a browser: plain, Vietnamese first, nothing fetched from elsewhere."""
