// What Redis does for shared limits, in Lua: each script is atomic. Numbers travel as text with all their digits.

const TEXT = `local text = function(number) return string.format("%.17g", number) end`;

/** The algorithm of gcra.ts, step for step. */
export const TAKE_RATE = `
${TEXT}
local per_ms = tonumber(ARGV[1]) / tonumber(ARGV[2])
local burst = tonumber(ARGV[3])
local now_ms = tonumber(ARGV[4])
local now = now_ms * per_ms
local tat = tonumber(redis.call("GET", KEYS[1]) or "0")
local from = math.min(math.max(tat, now), now + burst)
local ahead = from + 1 - now
local keep = function(value)
  redis.call("SET", KEYS[1], text(value), "PX", math.ceil((value - now) / per_ms) + 1000)
end
if ahead > burst + 1e-5 then
  if from < tat then keep(from) end
  return {0, 0, text((ahead - burst) / per_ms), text((from - now) / per_ms)}
end
keep(from + 1)
return {1, math.floor(burst - ahead + 1e-5), "0", text(ahead / per_ms)}
`;

export const GIVE_BACK_RATE = `
${TEXT}
local tat = redis.call("GET", KEYS[1])
if tat then redis.call("SET", KEYS[1], text(tonumber(tat) - 1), "KEEPTTL") end
return 0
`;

/** ARGV: count, when the window ends in ms since 1970. A key that is there belongs to this window or, after a step back, to a later one. */
export const TAKE_QUOTA = `
local used = tonumber(redis.call("GET", KEYS[1]) or "0")
if used >= tonumber(ARGV[1]) then return {0, used} end
redis.call("SET", KEYS[1], used + 1, "PXAT", ARGV[2])
return {1, used + 1}
`;

export const GIVE_BACK_QUOTA = `
local used = tonumber(redis.call("GET", KEYS[1]) or "0")
if used > 0 then redis.call("SET", KEYS[1], used - 1, "KEEPTTL") end
return 0
`;

/**
 * The slices of sliding-window.ts as the fields of a hash; what no longer counts is deleted. ARGV: count, the slice of now, slices
 * kept, ms of a slice. Gives whether it passed, calls that count, the slice whose end lets the next one pass, the newest with calls.
 */
export const TAKE_SLIDING = `
local count, slice, kept = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local held = redis.call("HGETALL", KEYS[1])
local newest = slice
for index = 1, #held, 2 do
  local at = tonumber(held[index])
  if at - slice < kept and at > newest then newest = at end
end
local calls, used = {}, 0
for index = 1, #held, 2 do
  local at, many = tonumber(held[index]), tonumber(held[index + 1])
  if at > newest or at <= newest - kept then redis.call("HDEL", KEYS[1], held[index])
  else
    calls[at] = many
    used = used + many
  end
end
if used < count then
  redis.call("HINCRBY", KEYS[1], newest, 1)
  redis.call("PEXPIRE", KEYS[1], (newest - slice + kept) * tonumber(ARGV[4]))
  return {1, used + 1, newest, newest}
end
local downTo = function(left)
  local over, at = used - left, newest - kept
  while over > 0 do
    at = at + 1
    over = over - (calls[at] or 0)
  end
  return at
end
return {0, used, downTo(count - 1), downTo(0)}
`;

/** ARGV: the slice that the call was taken in; where the clock had stepped back, that is the newest. */
export const GIVE_BACK_SLIDING = `
local from = ARGV[1]
local many = tonumber(redis.call("HGET", KEYS[1], from) or "0")
if many <= 0 then
  for _, at in ipairs(redis.call("HKEYS", KEYS[1])) do
    if tonumber(at) > tonumber(from) then from = at end
  end
  many = tonumber(redis.call("HGET", KEYS[1], from) or "0")
end
if many > 0 then redis.call("HINCRBY", KEYS[1], from, -1) end
return 0
`;

/**
 * One set of running calls for each node, and a set of the nodes that have one: giving a place back twice does no harm. KEYS: the
 * nodes that hold places of this limit, the nodes alive. ARGV: most, our node, the call, after how many ms of silence a node counts
 * as dead, by this server's clock. Nodes that went silent are forgotten with all that they held.
 */
export const TAKE_PLACE = `
local time = redis.call("TIME")
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call("ZADD", KEYS[2], now_ms, ARGV[2])
local sum = 0
for _, node in ipairs(redis.call("SMEMBERS", KEYS[1])) do
  local heard = redis.call("ZSCORE", KEYS[2], node)
  local calls = KEYS[1] .. "/" .. node
  if not heard or tonumber(heard) <= now_ms - tonumber(ARGV[4]) then redis.call("DEL", calls) end
  local running = redis.call("SCARD", calls)
  if running == 0 then redis.call("SREM", KEYS[1], node) end
  sum = sum + running
end
if sum >= tonumber(ARGV[1]) then return {0, sum} end
redis.call("SADD", KEYS[1], ARGV[2])
redis.call("SADD", KEYS[1] .. "/" .. ARGV[2], ARGV[3])
redis.call("PEXPIRE", KEYS[1], 86400000)
redis.call("PEXPIRE", KEYS[1] .. "/" .. ARGV[2], 86400000)
return {1, sum + 1}
`;

/** A sign of life. Nodes that gave none for a day are forgotten. */
export const ALIVE = `
local time = redis.call("TIME")
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call("ZADD", KEYS[1], now_ms, ARGV[1])
redis.call("ZREMRANGEBYSCORE", KEYS[1], 0, now_ms - 86400000)
return 0
`;
