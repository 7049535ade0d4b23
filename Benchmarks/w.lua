-- The workloads of Programs/ for Lua 5.4: lua5.4 w.lua NAME prints nanoseconds and result as JSON. Lua has no JSON of its own.

local work = {}

function work.w1()
  local sum = 0
  for _ = 1, 10 do
    for i = 0, 999999 do
      sum = sum + i * 2 % 7
    end
  end
  return sum
end

function work.w2()
  local steps = 0
  for i = 1, 29999 do
    local m = i
    while m ~= 1 do
      if m % 2 == 0 then
        m = m // 2
      else
        m = m * 3 + 1
      end
      steps = steps + 1
    end
  end
  return steps
end

function work.w3()
  local limit = 1000000
  local prime = {}
  for i = 1, limit do
    prime[i] = true
  end
  local i, count = 2, 0
  while i < limit do
    if prime[i + 1] then
      count = count + 1
      local j = i * i
      while j < limit do
        prime[j + 1] = false
        j = j + i
      end
    end
    i = i + 1
  end
  return count
end

local function split(text, separator)
  local parts, start = {}, 1
  while true do
    local first, last = text:find(separator, start, true)
    if not first then break end
    parts[#parts + 1] = text:sub(start, first - 1)
    start = last + 1
  end
  parts[#parts + 1] = text:sub(start)
  return parts
end

function work.w4()
  local items = {}
  for i = 0, 999999 do
    items[#items + 1] = "item" .. i
  end
  local line = table.concat(items, ",")
  local parts = split(line, ",")
  return #table.concat(parts, "; ")
end

function work.w5()
  local names, counts = {}, {}
  for i = 0, 99 do
    names[i + 1] = "key" .. i
    counts[names[i + 1]] = 0
  end
  for i = 0, 999999 do
    local key = names[i % 100 + 1]
    counts[key] = counts[key] + 1
  end
  return counts[names[8]]
end

function work.w6()
  local records = {}
  for i = 0, 199999 do
    records[#records + 1] = { id = i, group = i % 10, score = i * 3 % 101, name = "nm" }
  end
  local chosen = {}
  for _, record in ipairs(records) do
    if record.score > 50 then chosen[#chosen + 1] = record end
  end
  local total = 0
  for _, record in ipairs(chosen) do
    total = total + record.score
  end
  return total
end

function work.w8()
  local n = 120
  local a, b, c = {}, {}, {}
  for i = 1, n do
    a[i], b[i], c[i] = {}, {}, {}
    for j = 1, n do
      a[i][j] = ((i - 1) * 3 + j - 1) % 11
      b[i][j] = ((i - 1) * 5 + j - 1) % 11
      c[i][j] = 0
    end
  end
  for i = 1, n do
    for j = 1, n do
      local z = 0
      for k = 1, n do
        z = z + a[i][k] * b[k][j]
      end
      c[i][j] = z
    end
  end
  return c[n][n]
end

local function thousand()
  local base = {}
  for i = 0, 999 do
    base[i + 1] = i
  end
  return base
end

function work.w9a()
  local base, sum = thousand(), 0
  for i = 0, 19999 do
    local copy = table.move(base, 1, 1000, 1, {})
    copy[i % 1000 + 1] = 1
    sum = sum + copy[6]
  end
  return sum
end

function work.w9b()
  local base, sum = thousand(), 0
  for _ = 1, 2 do
    for i = 0, 999999 do
      base[i % 1000 + 1] = i
      sum = sum + base[6]
    end
  end
  return sum
end

local start = os.clock()
local result = work[arg[1]]()
print(string.format('{"ns": %.0f, "result": %s}', (os.clock() - start) * 1e9, result))
