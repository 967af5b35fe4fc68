"""What turns a message into topics, free of Rasa: the sentence encoder, text features and the linear classifier."""
