// The map of a form, with Leaflet. Loaded when somebody opens a map, never before.

function script(address) {
  return new Promise((done, failed) => {
    const tag = document.createElement("script");
    tag.src = address;
    tag.onload = done;
    tag.onerror = () => failed(new Error(address));
    document.head.append(tag);
  });
}

function sheet(address) {
  return new Promise((done, failed) => {
    const tag = document.createElement("link");
    tag.rel = "stylesheet";
    tag.href = address;
    tag.onload = done;
    tag.onerror = () => failed(new Error(address));
    document.head.append(tag);
  });
}

async function background(L, map, data) {
  const credit = { attribution: data.credit };
  if (data.tiles) {
    L.tileLayer(data.tiles, { ...credit, maxZoom: 19 }).addTo(map);
  } else if (data.archive) {
    await script(data.pmtiles);
    window.pmtiles.leafletRasterLayer(new window.pmtiles.PMTiles(data.archive), credit).addTo(map);
  }
}

async function outlines(L, map, address, plain) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(address);
  const found = await answer.json();
  const layer = L.geoJSON(found, {
    interactive: false,
    style: (feature) => ({
      className: feature.properties.kind === "city" ? "map-city" : "map-district",
      weight: feature.properties.kind === "city" ? 3 : 1,
      fillOpacity: plain && feature.properties.kind === "district" ? 0.5 : 0,
    }),
    onEachFeature: (feature, shape) => {
      if (plain && feature.properties.name) {
        shape.bindTooltip(feature.properties.name, { permanent: true, direction: "center", className: "map-name" });
      }
    },
  }).addTo(map);
  return found.features.length ? layer.getBounds() : null;
}

export async function draw(box, canvas, { lat, lon, choose }) {
  const data = box.dataset;
  await Promise.all([script(data.leaflet), sheet(data.leafletCss)]);
  const L = window.L;
  const plain = !data.tiles && !data.archive;
  const map = L.map(canvas, { attributionControl: Boolean(data.credit), zoomControl: true });
  map.setView([39.5, -98.35], 4);
  await background(L, map, data);
  const city = await outlines(L, map, data.outlines, plain);
  let pin = null;
  const put = (north, east) => {
    if (!pin) pin = L.circleMarker([north, east], { radius: 10, weight: 4, className: "map-pin" }).addTo(map);
    pin.setLatLng([north, east]);
  };
  const take = (point) => {
    const [north, east] = [point.lat, L.Util.wrapNum(point.lng, [-180, 180], true)];
    put(north, east);
    choose(north, east);
    if (city && !city.contains([north, east])) {
      const said = box.querySelector("[data-said]");
      said.textContent = `${said.textContent} ${said.dataset.wordsOutside}`;
    }
  };
  if (lat.value) {
    put(Number(lat.value), Number(lon.value));
    map.setView([Number(lat.value), Number(lon.value)], 16);
  } else if (city) {
    map.fitBounds(city);
  }
  map.on("click", (event) => take(event.latlng));
  canvas.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== canvas) return;
    event.preventDefault();
    take(map.getCenter());
  });
  box.addEventListener("chosen", (event) => {
    put(...event.detail.map(Number));
    map.setView(event.detail.map(Number), 16);
  });
  box.addEventListener("cleared", () => { pin?.remove(); pin = null; });
  canvas.focus();
}
