import { Script } from './script.js';

/**
 * Does the steps of a batch. It gets them as JSON, the beginnings of the names of values and of sets, and the channel.
 * `false` comes back as nothing, and a condition that does not hold ends the batch. Numbers come as texts: Lua's own
 * way from numbers to texts loses digits.
 */
export const BATCH = new Script(`
  local V, S, channel = ARGV[2], ARGV[3], ARGV[4]
  local call = redis.call
  local time
  local function now()
    if not time then time = call('TIME') end
    return time[1] * 1000 + time[2] / 1000
  end
  local function text(number) return string.format('%.3f', number) end
  local function put(key, value, lifetime) call('SET', V .. key, value, 'PX', lifetime) end
  local function count(key, by, lifetime)
    local n = call('INCRBY', V .. key, by)
    if lifetime and n == by then call('PEXPIRE', V .. key, lifetime) end
    return n
  end
  local function add(set, member, score, lifetime, how)
    if how then call('ZADD', S .. set, how, score, member) else call('ZADD', S .. set, score, member) end
    if lifetime then call('PEXPIRE', S .. set, lifetime) end
    return false
  end
  local act = {}
  function act.get(key) return call('GET', V .. key) end
  function act.set(key, value, lifetime) put(key, value, lifetime) return false end
  function act.setIfAbsent(key, value, lifetime)
    return call('SET', V .. key, value, 'PX', lifetime, 'NX') and 1 or 0
  end
  function act.delete(key) call('DEL', V .. key) return false end
  function act.increment(key, lifetime) return count(key, 1, lifetime) end
  function act.decrement(key)
    if tonumber(call('GET', V .. key) or '0') > 0 then return count(key, -1) end
    return false
  end
  function act.addToSet(set, member, score, lifetime) return add(set, member, score, lifetime) end
  function act.addIfAbsent(set, member, score, lifetime) return add(set, member, score, lifetime, 'NX') end
  function act.schedule(set, member, delay, lifetime)
    return add(set, member, text(now() + delay), lifetime)
  end
  function act.scheduleIfAbsent(set, member, delay, lifetime)
    return add(set, member, text(now() + delay), lifetime, 'NX')
  end
  function act.removeFromSet(set, member) call('ZREM', S .. set, member) return false end
  function act.scoreInSet(set, member) return call('ZSCORE', S .. set, member) end
  function act.membersOfSet(set) return call('ZRANGE', S .. set, 0, -1) end
  function act.valuesOfSet(set, prefix)
    local found = {}
    for _, member in ipairs(call('ZRANGE', S .. set, 0, -1)) do
      local value = call('GET', V .. prefix .. member)
      if value then found[#found + 1] = { member, value } end
    end
    return found
  end
  function act.sizeOfSet(set) return call('ZCARD', S .. set) end
  function act.dropDue(set) call('ZREMRANGEBYSCORE', S .. set, '-inf', text(now())) return false end
  function act.claimDue(set, limit, claim)
    local score = text(now() + claim)
    local due = call('ZRANGEBYSCORE', S .. set, '-inf', text(now()), 'LIMIT', 0, limit)
    for index, member in ipairs(due) do
      call('ZADD', S .. set, score, member)
      due[index] = { member, score }
    end
    return due
  end
  function act.publish(_, message) call('PUBLISH', channel, message) return false end
  act['now'] = function() return text(now()) end
  local holds = {}
  function holds.ifAbsent(key) return call('EXISTS', V .. key) == 0 end
  function holds.ifPresent(key) return call('EXISTS', V .. key) == 1 end
  function holds.ifBelow(key, limit) return tonumber(call('GET', V .. key) or '0') < tonumber(limit) end
  function holds.ifClaimed(key, value, lifetime)
    local there = call('GET', V .. key)
    if there then return there == value end
    put(key, value, lifetime)
    return true
  end
  function holds.ifScore(set, member, score)
    return tonumber(call('ZSCORE', S .. set, member) or 'nan') == tonumber(score)
  end
  function holds.ifRoom(set, other, limit, member)
    if call('ZSCORE', S .. set, member) then return true end
    return call('ZCARD', S .. set) + call('ZCARD', S .. other) < tonumber(limit)
  end
  local results = {}
  for index, step in ipairs(cjson.decode(ARGV[1])) do
    local condition = holds[step[1]]
    if condition then
      if not condition(unpack(step, 2)) then break end
      results[index] = 1
    else
      results[index] = act[step[1]](unpack(step, 2))
    end
  end
  return results`);

/** Counts one step. The lifetime holds from the first. */
export const INCREMENT = new Script(`
  local count = redis.call('INCR', KEYS[1])
  if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return count`);

/** Adds a member to a set, which lives on for so many milliseconds from now. */
export const ADD_FOR_A_TIME = new Script(`
  redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])`);
