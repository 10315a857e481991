-- Takes one step of a run: checks the state of the run, counts the outcome of a dish once, changes the state and
-- appends the event. All of that happens, or nothing. A step that was taken before does nothing.
--
-- KEYS: 1 hash of the run, 2 stream of its events, 3 hash of its outcomes by dish, 4 hash of the live runs by store
-- ARGV: 1 id of the run
--       2 states from which the step may be taken, each between commas
--       3 state after the step; "" leaves the state as it is
--       4 event as JSON
--       5 time of the step (ISO)
--       6 dish that the step is about, which must not have an outcome yet; "" for none
--       7 outcome of the dish as JSON; "" for none
--       8 seconds for which the run is kept, where this step ends it; 0 where the run goes on
--       9 store
--       10 … names and values of fields of the run to set
-- Returns {1 for taken or 0 for not taken, state, current, total}
local function answer(taken)
  local now = redis.call("HMGET", KEYS[1], "state", "current", "total")
  return { taken, now[1] or "", tonumber(now[2] or 0), tonumber(now[3] or 0) }
end

local state = redis.call("HGET", KEYS[1], "state")
if not state or not string.find(ARGV[2], "," .. state .. ",", 1, true) then
  return answer(0)
end
if ARGV[6] ~= "" and redis.call("HEXISTS", KEYS[3], ARGV[6]) == 1 then
  return answer(0)
end
if ARGV[7] ~= "" then
  redis.call("HSET", KEYS[3], ARGV[6], ARGV[7])
  redis.call("HDEL", KEYS[1], "attempts:dish:" .. ARGV[6])
  redis.call("HINCRBY", KEYS[1], "current", 1)
end
for i = 10, #ARGV, 2 do
  redis.call("HSET", KEYS[1], ARGV[i], ARGV[i + 1])
end
if ARGV[3] ~= "" then
  redis.call("HSET", KEYS[1], "state", ARGV[3])
end
redis.call("HSET", KEYS[1], "updated", ARGV[5])
local sequence = redis.call("HINCRBY", KEYS[1], "sequence", 1)
local now = answer(1)
redis.call("XADD", KEYS[2], sequence .. "-0", "event", ARGV[4], "state", now[2], "current", now[3], "total", now[4])
if tonumber(ARGV[8]) > 0 then
  redis.call("HSET", KEYS[1], "ended", ARGV[5])
  for i = 1, 3 do
    redis.call("EXPIRE", KEYS[i], ARGV[8])
  end
  local request_key = redis.call("HGET", KEYS[1], "request_key")
  if request_key and request_key ~= "" then
    redis.call("EXPIRE", request_key, ARGV[8])
  end
  if redis.call("HGET", KEYS[4], ARGV[9]) == ARGV[1] then
    redis.call("HDEL", KEYS[4], ARGV[9])
  end
end
return now
