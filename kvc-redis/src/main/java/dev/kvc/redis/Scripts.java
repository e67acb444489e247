package dev.kvc.redis;

/** What Redis does in one step, so that nobody sees it half done. Each changes keys of one slot. */
final class Scripts {
    /**
     * Puts a manifest in the place of what is there, and with it the file that was prepared for it, if any. Keys:
     * manifest, file, and what was prepared. Arguments: save, manifest, milliseconds to live or 0. Returns the save and
     * the manifest that were there, or nothing; an empty list if what was prepared is gone.
     */
    static final String PUBLISH = """
            if KEYS[3] and redis.call('EXISTS', KEYS[3]) == 0 then return {} end
            local old = redis.call('HMGET', KEYS[1], 's', 'm')
            redis.call('UNLINK', KEYS[1], KEYS[2])
            redis.call('HSET', KEYS[1], 's', ARGV[1], 'm', ARGV[2])
            if KEYS[3] then redis.call('RENAME', KEYS[3], KEYS[2]) end
            for i = 1, 2 do
                if tonumber(ARGV[3]) > 0 then
                    redis.call('PEXPIRE', KEYS[i], ARGV[3])
                else
                    redis.call('PERSIST', KEYS[i])
                end
            end
            return old
            """;

    /**
     * Takes a manifest away, and the file beside it. Keys: manifest, file. Arguments: the save that it must be of, or
     * nothing for any. Returns the save and the manifest that were there, or nothing.
     */
    static final String RETRACT = """
            local old = redis.call('HMGET', KEYS[1], 's', 'm')
            if not old[1] or (ARGV[1] ~= '' and old[1] ~= ARGV[1]) then return {false, false} end
            redis.call('UNLINK', KEYS[1], KEYS[2])
            return old
            """;

    /** Counts hits. Keys: manifest. Arguments: the save that it must be of, or nothing for any; hits; time. */
    static final String HIT = """
            local save = redis.call('HGET', KEYS[1], 's')
            if not save or (ARGV[1] ~= '' and save ~= ARGV[1]) then return 0 end
            redis.call('HINCRBY', KEYS[1], 'h', ARGV[2])
            local used = redis.call('HGET', KEYS[1], 'u')
            if not used or tonumber(used) < tonumber(ARGV[3]) then redis.call('HSET', KEYS[1], 'u', ARGV[3]) end
            return 1
            """;

    /** Notes a snapshot. Keys: texts, lengths, sizes, total. Arguments: its key, the length of its text, its bytes. */
    static final String NOTE = """
            local size = redis.call('HGET', KEYS[3], ARGV[1]) or 0
            redis.call('HSET', KEYS[3], ARGV[1], ARGV[3])
            redis.call('INCRBY', KEYS[4], string.format('%d', ARGV[3] - size))
            local length = redis.call('ZSCORE', KEYS[1], ARGV[1])
            redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
            if length and tonumber(length) ~= tonumber(ARGV[2])
                    and redis.call('ZCOUNT', KEYS[1], length, length) == 0 then
                redis.call('ZREM', KEYS[2], length)
            end
            if tonumber(ARGV[2]) > 0 then redis.call('ZADD', KEYS[2], ARGV[2], ARGV[2]) end
            return 1
            """;

    /** Forgets snapshots. Keys: as for {@link #NOTE}. Arguments: their keys. Returns how many had been noted. */
    static final String FORGET = """
            local forgotten = 0
            for i = 1, #ARGV do
                local length = redis.call('ZSCORE', KEYS[1], ARGV[i])
                if length then
                    redis.call('ZREM', KEYS[1], ARGV[i])
                    if redis.call('ZCOUNT', KEYS[1], length, length) == 0 then
                        redis.call('ZREM', KEYS[2], length)
                    end
                    forgotten = forgotten + 1
                end
                local size = redis.call('HGET', KEYS[3], ARGV[i])
                if size then
                    redis.call('HDEL', KEYS[3], ARGV[i])
                    redis.call('DECRBY', KEYS[4], size)
                end
            end
            return forgotten
            """;

    private Scripts() {}
}
