"""Running notebooks: the kernel that watches, the records it leaves, when one is stale."""
