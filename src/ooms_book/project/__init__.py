"""What a project says of itself: settings, documents, data package, history, and its checks."""
