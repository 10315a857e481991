-- Creates a run, unless the request is a repeat or the store has a live run.
--
-- KEYS: run, events, live runs by store, runs of the store, request (or "" for none)
-- ARGV: run id, store, request as JSON, time (ISO), event as JSON, what the key of a run begins with
-- Returns {"created" | "repeat" | "busy", run id}
if KEYS[5] ~= "" then
  local earlier = redis.call("GET", KEYS[5])
  if earlier and redis.call("EXISTS", ARGV[6] .. earlier) == 1 then
    return { "repeat", earlier }
  end
end
local live = redis.call("HGET", KEYS[3], ARGV[2])
if live and redis.call("EXISTS", ARGV[6] .. live) == 1 then
  return { "busy", live }
end
redis.call("HSET", KEYS[3], ARGV[2], ARGV[1])
if KEYS[5] ~= "" then
  -- Remembered until the run is forgotten: its last step lets both expire.
  redis.call("SET", KEYS[5], ARGV[1])
end
redis.call("HSET", KEYS[1], "store", ARGV[2], "request", ARGV[3], "state", "PENDING",
  "created", ARGV[4], "updated", ARGV[4], "sequence", 1, "current", 0, "total", 0, "request_key", KEYS[5])
-- The oldest runs that are forgotten leave the list, a few each time.
for _, old in ipairs(redis.call("ZRANGE", KEYS[4], 0, 9)) do
  if redis.call("EXISTS", ARGV[6] .. old) == 1 then
    break
  end
  redis.call("ZREM", KEYS[4], old)
end
-- With one score for all they are ordered by their ids, which is the order of their times.
redis.call("ZADD", KEYS[4], 0, ARGV[1])
redis.call("XADD", KEYS[2], "1-0", "event", ARGV[5], "state", "PENDING", "current", 0, "total", 0)
return { "created", ARGV[1] }
