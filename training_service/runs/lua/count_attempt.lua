-- Counts that a part of a run or of a group begins, or takes one such attempt back.
-- Changes nothing for one that Redis no longer keeps: a new hash with only a count would never expire.
--
-- KEYS: 1 hash of the run or of the group
-- ARGV: 1 field of the count, 2 what is added: 1 or -1
-- Returns the count
if redis.call("EXISTS", KEYS[1]) == 0 then
  return math.max(0, tonumber(ARGV[2]))
end
local count = redis.call("HINCRBY", KEYS[1], ARGV[1], ARGV[2])
if count <= 0 then
  redis.call("HDEL", KEYS[1], ARGV[1])
end
return count
