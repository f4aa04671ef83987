"""The conventions that every service's HTTP keeps: contract of requests, answers and errors."""
