"""Who asks and what they may: keys, tokens, sessions, rates and quotas."""
