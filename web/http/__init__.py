"""What every request passes through: headers, errors, CORS, logs, who is asking."""
