-- A profile for OSRM that reads tags as `Profile::drive` in crates/travel/src/profile does, so that what is
-- compared is the road network and the search and not two opinions of how fast a lane is.
--
-- Written against OSRM's page on profiles (docs/profiles.md, api_version 4). Deliberately without: turn costs,
-- traffic signals, names and guidance. A change of that profile has to be made here too.

api_version = 4

local class_speeds = {
  motorway = 90, motorway_link = 45, trunk = 85, trunk_link = 40, primary = 65, primary_link = 30,
  secondary = 55, secondary_link = 25, tertiary = 40, tertiary_link = 20,
  unclassified = 25, residential = 25, road = 25, living_street = 10, service = 15,
}

local surface_limits = {
  cement = 80, compacted = 80, fine_gravel = 80, paving_stones = 60, metal = 60, bricks = 60,
  grass = 40, wood = 40, sett = 40, grass_paver = 40, gravel = 40, unpaved = 40, ground = 40, dirt = 40,
  pebblestone = 40, cobblestone = 30, clay = 30, earth = 20, stone = 20, rocky = 20, sand = 20, mud = 10,
}

local function set(words)
  local members = {}
  for word in words:gmatch('%S+') do members[word] = true end
  return members
end

local shut = set('no agricultural forestry emergency military psv bus')
local ends_only = set('private destination customers delivery residents permit')
local open = set('yes designated permissive official')
local drive_through = set('cattle_grid toll_booth border_control entrance height_restrictor kerb gate lift_gate sally_port arch no')
local access_keys = { 'motorcar', 'motor_vehicle', 'vehicle', 'access' }

local MPH = 1.609344

local named_limits = {
  walk = 7, ['GB:nsl_restricted'] = 30 * MPH, ['GB:motorway'] = 70 * MPH, ['GB:nsl_dual'] = 70 * MPH, ['GB:nsl_single'] = 60 * MPH,
}
local limits_by_road = { urban = 50, rural = 90, living_street = 10, motorway = 120, trunk = 100 }

local function tag(object, key)
  local value = object:get_value_by_key(key)
  if value and value ~= '' then return value end
  return nil
end

-- What the most specific access tag whose value is known says, 'shut', 'ends' or 'open', and the value; or nil where none
-- says anything.
local function explicit_access(object)
  for _, key in ipairs(access_keys) do
    local value = tag(object, key)
    if value and shut[value] then return 'shut', value end
    if value and ends_only[value] then return 'ends', value end
    if value and open[value] then return 'open', value end
  end
  return nil
end

local function in_range(text)
  local speed = tonumber(text)
  if speed and speed >= 1 and speed <= 200 then return speed end
  return nil
end

-- km/h of a `maxspeed`, or nil.
local function max_speed(text, class)
  text = text:match('^[^;,]*'):match('^%s*(.-)%s*$')
  local mph = text:match('^(.*)mph$')
  if mph then
    local speed = in_range(mph)
    return speed and speed * MPH
  end
  local number = in_range(text:match('^(.*)km/h$') or text:match('^(.*)kmh$') or text)
  if number then return number end
  if named_limits[text] then return named_limits[text] end
  if text == 'national' then
    return ((class == 'motorway' or class == 'trunk') and 70 or 60) * MPH
  end
  local country, rule = text:match('^([^:]*):(.*)$')
  if not country then return limits_by_road[text] end
  if limits_by_road[rule] then return limits_by_road[rule] end
  local zone = in_range((rule:gsub('^zone', ''):gsub('^:+', '')))
  return zone and (set('GB UK IM GG JE')[country] and zone * MPH or zone)
end

-- The speed in the direction that a key such as `maxspeed:forward` is for.
local function road_speed(way, direction)
  local class = tag(way, 'highway')
  local speed = class and class_speeds[class]
  if not speed then return nil end
  for _, key in ipairs({ direction, 'maxspeed', 'maxspeed:type', 'source:maxspeed', 'zone:maxspeed', 'zone:traffic' }) do
    local limit = tag(way, key)
    limit = limit and max_speed(limit, class)
    if limit then
      speed = limit
      break
    end
  end
  local surface = tag(way, 'surface')
  local cap = surface and surface_limits[surface]
  return cap and math.min(cap, speed) or speed
end

-- Seconds of a ferry's `duration`: HH:MM, HH:MM:SS, minutes, or PT..H..M..S.
local function duration(text)
  text = text:match('^%s*(.-)%s*$')
  local seconds
  local iso = text:match('^PT(.+)$')
  if iso then
    seconds = 0
    for number, unit in iso:gmatch('([%d%.]+)(%a)') do
      local factor = ({ H = 3600, M = 60, S = 1 })[unit]
      if not factor then return nil end
      seconds = seconds + number * factor
    end
  elseif text:find(':', 1, true) then
    local hours, minutes, rest = text:match('^(%d+):(%d+)(.*)$')
    local last = rest and (rest == '' and '0' or rest:match('^:(%d+)$'))
    if not last then return nil end
    seconds = hours * 3600 + minutes * 60 + last
  else
    local minutes = tonumber(text)
    seconds = minutes and minutes * 60
  end
  return seconds and seconds > 0 and seconds or nil
end

local function car_ferry(way)
  local function says(key)
    local value = tag(way, key)
    return value and (open[value] or value == 'destination')
  end
  return tag(way, 'route') == 'ferry' and (says('motor_vehicle') or says('motorcar'))
end

-- With the drawing of the way, and against it.
local function directions(way)
  local oneway = tag(way, 'oneway:motor_vehicle') or tag(way, 'oneway:vehicle') or tag(way, 'oneway')
  if oneway == 'yes' or oneway == '1' or oneway == 'true' then return true, false end
  if oneway == '-1' or oneway == 'reverse' then return false, true end
  if oneway == 'no' or oneway == '0' or oneway == 'false' then return true, true end
  if oneway == 'reversible' or oneway == 'alternating' then return false, false end
  local junction = tag(way, 'junction')
  if junction == 'roundabout' or junction == 'circular' or tag(way, 'highway') == 'motorway' then return true, false end
  return true, true
end

local function setup()
  return {
    properties = {
      -- With the name `duration` OSRM would not let a turn weigh more than it lasts.
      weight_name = 'routability',
      -- Hundredths of a second: OSRM rounds the weight of every stretch between two points of a way.
      weight_precision = 2,
      use_turn_restrictions = true,
      continue_straight_at_waypoint = false,
      process_call_tagless_node = false,
      max_speed_for_map_matching = 180 / 3.6,
    },
    restrictions = { 'motorcar', 'motor_vehicle', 'vehicle' },
  }
end

local function process_node(_, node, result)
  local access, value = explicit_access(node)
  local passes = access == 'open' or value == 'destination'
  if access == nil then
    local barrier = tag(node, 'barrier')
    passes = not barrier or drive_through[barrier] or (barrier == 'bollard' and tag(node, 'bollard') == 'rising')
  end
  if not passes then result.barrier = true end
end

local function process_way(_, way, result)
  if tag(way, 'area') == 'yes' or tag(way, 'impassable') == 'yes' or tag(way, 'status') == 'impassable' then return end
  if tag(way, 'service') == 'emergency_access' then return end
  local by_ferry = car_ferry(way)
  local speed = by_ferry and 5 or road_speed(way, 'maxspeed:forward')
  local speed_back = by_ferry and 5 or road_speed(way, 'maxspeed:backward')
  local access = explicit_access(way)
  if not speed or access == 'shut' then return end
  local forward, backward = directions(way)
  if by_ferry then
    local crossing = tag(way, 'duration')
    result.duration = crossing and duration(crossing) or result.duration
    result.weight = result.duration
  end
  -- Nobody's door opens on a ferry or a motorway.
  local class = tag(way, 'highway')
  result.is_startpoint = not by_ferry and class ~= 'motorway' and class ~= 'motorway_link'
  local moving = by_ferry and mode.ferry or mode.driving
  if forward then
    result.forward_mode, result.forward_speed = moving, speed
    result.forward_rate = speed / 3.6
    result.forward_restricted = access == 'ends'
  end
  if backward then
    result.backward_mode, result.backward_speed = moving, speed_back
    result.backward_rate = speed_back / 3.6
    result.backward_restricted = access == 'ends'
  end
end

-- Whoever leaves the public streets has to end there.
local function process_turn(_, turn)
  turn.duration = 0
  turn.weight = 0
  if not turn.source_restricted and turn.target_restricted then turn.weight = constants.max_turn_weight end
end

return { setup = setup, process_node = process_node, process_way = process_way, process_turn = process_turn }
