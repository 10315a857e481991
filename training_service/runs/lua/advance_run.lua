-- One step of a run: checks its state, counts a dish's outcome once, changes the state and appends the event, all or
-- nothing. Repeating a step that has been taken does nothing.
--
-- KEYS: run, events, outcomes by dish, live runs by store
-- ARGV: run id; states allowed before, each between commas; state after ("" as it is); event as JSON; time (ISO);
--       dish that it is about, which has no outcome yet ("" for none); its outcome as JSON ("" for none);
--       seconds to keep an ended run (0: it goes on); store; then names and values of fields to set
-- Returns {1 taken | 0 not taken, state, current, total}
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
