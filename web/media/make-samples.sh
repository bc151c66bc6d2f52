#!/bin/sh
# Makes the samples beside the timecode clip. The results are committed, so nobody needs ffmpeg to
# install or to run; this script is how to make them again:
#
#   sh web/media/make-samples.sh
#
# It needs ffmpeg with libx264 and drawtext, and a DejaVu Sans Mono (FONT names another file).
# Every picture and sound is generated here: the clips are free for anybody to use.
#
#   web/public/media/orbit.mp4         30 s, one file, with the subtitles of web/public/samples/*.vtt
#   web/public/samples/tides/          24 s, HLS: a playlist and fragmented MP4 in pieces of 4 s
#
# The file stands below media/, which answers HTTP Range. Playlist and pieces are fetched whole, and
# stand where static files are served without waking the Worker.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
public="$here/../public"
font=${FONT:-/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf}
clock="drawtext=fontfile='$font':text='%{eif\:floor(t/60)\:d\:2}\:%{eif\:floor(mod(t\,60))\:d\:2}':fontsize=26:fontcolor=0xEAF2F0:x=24:y=h-44"
exact="-map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact"

# A disc of side $1 and colour $2 (r:g:b), as a stream named $3.
disc() { printf "color=c=black:s=%dx%d:r=30:d=30,format=rgba,geq=r=%s:g=%s:b=%s:a='255*clip((%d/2)-hypot(X-%d/2\\,Y-%d/2)\\,0\\,1)'[%s];" "$1" "$1" $(printf '%s' "$2" | tr ':' ' ') "$1" "$1" "$1" "$3"; }
# Where a disc of side $1 is: radius $2, seconds a turn $3.
place() { printf "x='320-%d/2+%d*cos(2*PI*t/%s)':y='180-%d/2+%d*0.55*sin(2*PI*t/%s)'" "$1" "$2" "$3" "$1" "$2" "$3"; }

ffmpeg -hide_banner -loglevel error -y \
  -f lavfi -i "color=c=0x0B1220:s=640x360:r=30:d=30" \
  -f lavfi -i "aevalsrc='0.05*(sin(2*PI*110*t)+0.6*sin(2*PI*165*t)*(0.5+0.5*sin(2*PI*t/10))+0.4*sin(2*PI*220*t)*(0.5+0.5*sin(2*PI*t/6)))':s=48000:d=30" \
  -filter_complex "$(disc 84 255:193:94 sun)$(disc 22 96:165:250 near)$(disc 34 85:199:181 far)[0:v][sun]overlay=x=278:y=138[a];[a][near]overlay=$(place 22 120 6)[b];[b][far]overlay=$(place 34 230 15),$clock,format=yuv420p[v]" \
  -map "[v]" -map 1:a -t 30 \
  -c:v libx264 -profile:v main -preset veryslow -crf 26 -g 30 -keyint_min 30 -sc_threshold 0 \
  -c:a aac -b:a 32k -ac 1 -movflags +faststart $exact \
  "$public/media/orbit.mp4"

mkdir -p "$public/samples/tides"
rm -f "$public/samples/tides/"*
ffmpeg -hide_banner -loglevel error -y \
  -f lavfi -i "gradients=s=640x360:r=24:d=24:speed=0.02:seed=7:nb_colors=4:c0=0x0B1220:c1=0x1F5F6B:c2=0x55C7B5:c3=0x17324A" \
  -f lavfi -i "anoisesrc=color=brown:amplitude=0.25:seed=7:sample_rate=48000:duration=24" \
  -filter_complex "[0:v]$clock,format=yuv420p[v];[1:a]volume='0.5+0.4*sin(2*PI*t/8)':eval=frame[a]" \
  -map "[v]" -map "[a]" -t 24 \
  -c:v libx264 -profile:v main -preset veryslow -crf 32 -g 48 -keyint_min 48 -sc_threshold 0 \
  -c:a aac -b:a 32k -ac 1 $exact \
  -f hls -hls_time 4 -hls_playlist_type vod -hls_flags independent_segments -hls_segment_type fmp4 \
  -hls_fmp4_init_filename init.mp4 -hls_segment_filename "$public/samples/tides/piece%d.m4s" \
  "$public/samples/tides/index.m3u8"

du -ch "$public/media/orbit.mp4" "$public/samples" | tail -1
