-- Counts that a part of a run was begun, or takes it back; what is forgotten does not come back as this field alone.
--
-- KEYS: run
-- ARGV: field of the count, 1 or -1
-- Returns the count
if redis.call("EXISTS", KEYS[1]) == 0 then
  return math.max(0, tonumber(ARGV[2]))
end
local count = redis.call("HINCRBY", KEYS[1], ARGV[1], ARGV[2])
if count <= 0 then
  redis.call("HDEL", KEYS[1], ARGV[1])
end
return count
