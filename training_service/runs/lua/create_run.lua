-- Creates a run, unless the request is a repeat or the store has a live run.
--
-- KEYS: 1 hash of the run, 2 stream of its events, 3 hash of the live runs by store, 4 sorted set of the store's runs,
--       5 string with the run of the request id ("" for none)
-- ARGV: 1 id of the run, 2 store, 3 request as JSON, 4 time (ISO), 5 event as JSON, 6 what the key of every run begins
--       with
-- Returns {"created" or "repeat" or "busy", id of the run}
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
  -- Kept without end here: the last step of the run lets this key expire together with the run.
  redis.call("SET", KEYS[5], ARGV[1])
end
redis.call("HSET", KEYS[1], "store", ARGV[2], "request", ARGV[3], "state", "PENDING",
  "created", ARGV[4], "updated", ARGV[4], "sequence", 1, "current", 0, "total", 0, "request_key", KEYS[5])
-- Runs that are no longer kept leave the list of the store, at most ten each time so that this script stays quick.
for _, old in ipairs(redis.call("ZRANGE", KEYS[4], 0, 9)) do
  if redis.call("EXISTS", ARGV[6] .. old) == 1 then
    break
  end
  redis.call("ZREM", KEYS[4], old)
end
-- All runs have the same score, and so are ordered by their ids, which begin with the time.
redis.call("ZADD", KEYS[4], 0, ARGV[1])
redis.call("XADD", KEYS[2], "1-0", "event", ARGV[5], "state", "PENDING", "current", 0, "total", 0)
return { "created", ARGV[1] }
