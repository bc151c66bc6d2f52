import type { Overview } from "../../protocol/overview.ts";
import { Card, Figure, Figures, Gauge } from "./card.tsx";
import { averageText, bytesText, countText, durationText, percentText } from "./format.ts";
import { connectionLevel, memoryLevel } from "./thresholds.ts";

type Room = Overview["rooms"][number];

/** Rooms and the people in them. A sleeping room says nothing, and to ask it would wake it. */
export function RoomsCard({ overview }: { overview: Overview }) {
  const { rooms, isolate, window_s } = overview;
  return (
    <Card
      title="Rooms"
      note={`Open is a room with people in it. How many of them were awake is an average over the last ${durationText(window_s * 1000)}; the rest slept, and cost nothing.`}
    >
      {rooms.length === 0 && <p className="text-muted">Redis cannot say at the moment.</p>}
      <div className="space-y-5">
        {rooms.map((room) => (
          <Party key={room.party} room={room} limit_bytes={isolate.limit_bytes} />
        ))}
      </div>
      <div className="mt-5">
        <Gauge
          label="Kept by the isolate that answered"
          value={`${bytesText(isolate.kept_bytes)} of ${bytesText(isolate.limit_bytes)}`}
          share={isolate.kept_bytes / isolate.limit_bytes}
          level={memoryLevel(isolate.kept_bytes / isolate.limit_bytes)}
        />
      </div>
    </Card>
  );
}

function Party({ room, limit_bytes }: { room: Room; limit_bytes: number }) {
  const { party, open, awakeAverage, sockets, sockets_max, bytes_max } = room;
  const awake = awakeAverage === null ? null : Math.min(open, awakeAverage);
  const used = sockets_max === null || sockets_max === 0 ? null : sockets / sockets_max;
  return (
    <div>
      <h3 className="font-medium capitalize">{party}</h3>
      <div className="mt-2">
        <Figures>
          <Figure label="Open" value={countText(open)} />
          <Figure
            label="Awake, on average"
            value={awakeAverage === null ? "not known" : averageText(awakeAverage)}
          />
          <Figure label="Asleep" value={awake === null ? "not known" : averageText(open - awake)}>
            of those open
          </Figure>
          <Figure label="Sockets" value={countText(sockets)} />
        </Figures>
      </div>
      <div className="mt-3 space-y-3">
        <Gauge
          label="Connections"
          value={
            used === null
              ? "nobody is connected"
              : `${countText(sockets)} of ${countText(sockets_max ?? 0)}, ${percentText(used)}`
          }
          share={used}
          level={used === null ? null : connectionLevel(used)}
        />
        {bytes_max !== null && (
          <Gauge
            label="Memory of one room, at most"
            value={`${bytesText(bytes_max)} of ${bytesText(limit_bytes)}`}
            share={bytes_max / limit_bytes}
            level={memoryLevel(bytes_max / limit_bytes)}
          />
        )}
      </div>
    </div>
  );
}
