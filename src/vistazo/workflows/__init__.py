"""What each verb does, callable from Python with the same options."""
