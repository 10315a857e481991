-- Creates the run of one store, or the runs of all stores of a group: all of them or none. None is created where the
-- request is a repeat, or where a store has a live run.
--
-- KEYS: 1 hash of the live runs by store, 2 hash of the group ("" for a store alone),
--       and for each run: hash of the run, stream of its events, sorted set of the store's runs, string with the run of
--       the request id ("" for none)
-- ARGV: 1 time (ISO), 2 what the key of every run begins with, 3 seconds for which the group is kept,
--       and for each run: id of the run, store, request as JSON, event as JSON
-- Returns {"created" or "repeat" or "busy" or "other", ids of runs …}: the new runs; the runs of the earlier request;
-- the live runs that are in the way; or the runs of an earlier request with this id for other stores
local runs = (#KEYS - 2) / 4

local earlier = {}
for i = 1, runs do
  local key = KEYS[4 * i + 2]
  local run = key ~= "" and redis.call("GET", key)
  if run and redis.call("EXISTS", ARGV[2] .. run) == 1 then
    earlier[#earlier + 1] = run
  end
end
if #earlier > 0 then
  return { #earlier == runs and "repeat" or "other", unpack(earlier) }
end

local live = {}
for i = 1, runs do
  local run = redis.call("HGET", KEYS[1], ARGV[4 * i + 1])
  if run and redis.call("EXISTS", ARGV[2] .. run) == 1 then
    live[#live + 1] = run
  end
end
if #live > 0 then
  return { "busy", unpack(live) }
end

local created = {}
for i = 1, runs do
  local hash, events, of_store, request_key = unpack(KEYS, 4 * i - 1, 4 * i + 2)
  local run, store, request, event = unpack(ARGV, 4 * i, 4 * i + 3)
  created[#created + 1] = run
  redis.call("HSET", KEYS[1], store, run)
  if request_key ~= "" then
    -- Kept without end here: the last step of the run lets this key expire together with the run.
    redis.call("SET", request_key, run)
  end
  redis.call("HSET", hash, "store", store, "request", request, "state", "PENDING",
    "created", ARGV[1], "updated", ARGV[1], "sequence", 1, "current", 0, "total", 0, "request_key", request_key)
  -- Runs that are no longer kept leave the list of the store, at most ten each time so that this script stays quick.
  for _, old in ipairs(redis.call("ZRANGE", of_store, 0, 9)) do
    if redis.call("EXISTS", ARGV[2] .. old) == 1 then
      break
    end
    redis.call("ZREM", of_store, old)
  end
  -- All runs have the same score, and so are ordered by their ids, which begin with the time.
  redis.call("ZADD", of_store, 0, run)
  redis.call("XADD", events, "1-0", "event", event, "state", "PENDING", "current", 0, "total", 0)
end
if KEYS[2] ~= "" then
  redis.call("HSET", KEYS[2], "runs", table.concat(created, " "))
  redis.call("EXPIRE", KEYS[2], ARGV[3])
end
return { "created", unpack(created) }
