// The colours of the base map by day and by night; patterns and shapes say the same without them.

export const DAY = {
  ground: "#efede6", water: "#a9d3ec", shore: "#7fb5d6", building: "#dcd5c8", wall: "#c3b9a7", ward: "#7b8794",
  edge: "#bdb8ae", road: "#ffffff", halo: "#ffffff",
  passable: "#15803d", unknown: "#b45309", blocked: "#b91c1c",
  name: "#2f3a42", waterName: "#0b5c8a", wardName: "#55606b", number: "#57534e", outline: "#ffffffe6",
  badge: "#ffffff", badgeInk: "#1c2a33",
};

export const NIGHT = {
  ground: "#11181f", water: "#16344a", shore: "#27536f", building: "#232c35", wall: "#37434f", ward: "#8793a0",
  edge: "#0a0f14", road: "#39444f", halo: "#0a0f14",
  passable: "#4ade80", unknown: "#fbbf24", blocked: "#ff6b6b",
  name: "#d5dee6", waterName: "#8cc7ee", wardName: "#a3b0bc", number: "#b8b2a8", outline: "#0a0f14e6",
  badge: "#1f2933", badgeInk: "#f1f5f9",
};
