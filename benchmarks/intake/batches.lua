-- Bodies for wrk: visitors who finish or close a tour of three steps, their events cut into batches of SIZE.
-- Every id is new, so that every event is stored. Read from the environment: SIZE, SEED, NOW (epoch milliseconds).
local size = tonumber(os.getenv("SIZE"))
local seed = tonumber(os.getenv("SEED"))
local now = tonumber(os.getenv("NOW"))
local guides, languages, devices = 5, { "en", "ko", "de" }, { "desktop", "phone" }
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

local count, live = 0, {}

local function uuid()
  count = count + 1
  -- version 7: 48 bits of time, then counters: time-ordered, as in the browser
  local at = now + math.floor(count / 8)
  return string.format("%08x-%04x-7%03x-8%03x-%04x%08x", math.floor(at / 65536), at % 65536, number, seed % 4096,
    math.floor(seed / 4096) % 65536, count)
end

local function add(events, run, guide, seq, kind, more)
  events[#events + 1] = string.format(
    '{"id":"%s","type":"%s","at":%d,"run":"%s","seq":%d,"guide":"guide-%d","version":1,"page":"/invoices"%s}',
    uuid(), kind, now - 20000 + seq * 1000, run, seq, guide, more or "")
end

local function a_run(events)
  local run, guide = uuid(), math.random(guides)
  local last = math.random() < 0.6 and 3 or math.random(3)
  add(events, run, guide, 0, "run_requested")
  local seq = 0
  for step = 1, last do
    local at = string.format(',"step":"step-%d"', step)
    add(events, run, guide, seq + 1, "step_shown", at .. ',"data":{"match":"exact","confidence":1.0}')
    add(events, run, guide, seq + 2, "step_left", at .. string.format(',"data":{"visible_ms":%d}', math.random(500, 20000)))
    add(events, run, guide, seq + 3, "step_passed", at .. ',"data":{"by":"next"}')
    seq = seq + 3
  end
  local ending = last == 3 and "completed" or "dismissed"
  add(events, run, guide, seq + 1, "run_ended", string.format(',"step":"step-%d","data":{"state":"%s","by":"next"}', last, ending))
end

local function a_visitor()
  local visitor = { events = {}, first = 1 }
  while #visitor.events < 4 * size do a_run(visitor.events) end
  visitor.head = string.format(
    '{"sent_at":%d,"visitor":{"id":"%s","anonymous":true},"context":{"session":"%s","release":1,"build":"1.0.0","language":"%s","device":"%s"},"events":[',
    now, uuid(), uuid(), languages[math.random(#languages)], devices[math.random(#devices)])
  return visitor
end

function init()
  math.randomseed(seed + number)
end

function request()
  if #live < 64 then live[#live + 1] = a_visitor() end
  local place = math.random(#live)
  local visitor = live[place]
  local last = visitor.first + size - 1
  local body = visitor.head .. table.concat(visitor.events, ",", visitor.first, last) .. "]}"
  visitor.first = last + 1
  if visitor.first + size - 1 > #visitor.events then live[place] = a_visitor() end
  return wrk.format("POST", nil, { ["Content-Type"] = "text/plain" }, body)
end

function done(summary, latency)
  io.write(string.format('\nRESULT {"requests": %d, "errors": %d, "p50_ms": %.1f, "p99_ms": %.1f, "seconds": %.2f}\n',
    summary.requests, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, summary.duration / 1e6))
end
