#!/bin/sh
# Makes web/public/media/timecode.mp4, the clip that ships with the project. The result is
# committed, so nobody needs ffmpeg to install or to run; this script is how to make it again:
#
#   sh web/media/make-timecode.sh
#
# It needs ffmpeg with libx264 and drawtext, and a DejaVu Sans Mono (FONT names another file).
# Every picture and sound is generated here: the clip is free for anybody to use.
#
# 60 s, 640x360, 30 frames a second, H.264 and AAC, a keyframe every half second so that a seek is
# exact and quick. On every frame:
#   - its own time, to the millisecond, and its number, for people;
#   - the same number as squares, for machines (test/browser/timecode.ts reads them). From the left,
#     32 px wide and 24 px apart from the top edge: a white one, a black one, then eleven bits, the
#     most significant first, then one that makes the count of white bits even;
#   - a line that crosses the picture once a second, and a soft beep as it starts.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out="$here/../public/media/timecode.mp4"
font=${FONT:-/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf}
bold=${FONT_BOLD:-/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf}

cell=32     # side of a square
top=24      # its distance from the top edge
left=96     # (640 - 14 * 32) / 2: fourteen squares, centred

# White square number $1, drawn on the frames for which $2 holds.
square() { printf ",drawbox=x=%d:y=%d:w=%d:h=%d:color=white:t=fill:enable='%s'" $((left + cell * $1)) $top $cell $cell "$2"; }

squares=",drawbox=x=$left:y=$top:w=$((cell * 14)):h=$cell:color=black:t=fill$(square 0 1)"
parity=0
bit=10
while [ $bit -ge 0 ]; do
  value="mod(floor(n/$((1 << bit)))\\,2)"
  squares="$squares$(square $((12 - bit)) "$value")"
  parity="$parity+$value"
  bit=$((bit - 1))
done
squares="$squares$(square 13 "mod($parity\\,2)")"

ink=0xEAF2F0
dim=0x8FA5A3
text() { printf ",drawtext=fontfile='%s':text='%s':fontsize=%d:fontcolor=%s:x=%s:y=%s" "$1" "$2" "$3" "$4" "$5" "$6"; }

# drawtext has minutes and seconds from pts; the escapes are drawtext's own.
clock=$(text "$bold" '%{eif\:floor(t/60)\:d\:2}\:%{eif\:floor(mod(t\,60))\:d\:2}.%{eif\:round(mod(n\,30)*1000/30)\:d\:3}' 92 $ink "(w-tw)/2" 126)
number=$(text "$font" 'frame %{eif\:n\:d\:4}' 22 $dim "(w-tw)/2" 236)
name=$(text "$font" 'offrail   60 s   30 fps' 16 $dim "(w-tw)/2" 322)

ffmpeg -hide_banner -loglevel error -y \
  -f lavfi -i "color=c=0x10201F:s=640x360:r=30:d=60" \
  -f lavfi -i "color=c=0x1F3B39:s=560x6:r=30:d=60" \
  -f lavfi -i "color=c=0x55C7B5:s=10x26:r=30:d=60" \
  -f lavfi -i "aevalsrc='0.16*sin(2*PI*if(lt(mod(t+0.0001,10),1),1320,880)*t)*sin(PI*min(1,mod(t,1)/0.09))*lt(mod(t,1),0.09)':s=48000:d=60" \
  -filter_complex "[0:v]null${squares}${clock}${number}${name}[card];[card][1:v]overlay=x=40:y=290[track];[track][2:v]overlay=x='40+550*mod(t,1)':y=280:eval=frame,format=yuv420p[v]" \
  -map "[v]" -map 3:a -t 60 \
  -c:v libx264 -profile:v main -preset veryslow -crf 24 -g 15 -keyint_min 15 -sc_threshold 0 -bf 2 \
  -c:a aac -b:a 40k -ac 1 \
  -movflags +faststart -map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact \
  "$out"
