#!/usr/bin/env bash
# One CityGML file of N buildings at LOD1 as PLATEAU packages have them, about 5.1 KB each: footprint, solid of six to ten
# faces, coded and nested attributes, an address. Same N, same bytes. The code lists are those of a make-city.
# usage: tests/bench/lod1_city.sh N DIR CODELISTS      writes DIR/udx/bldg/lod1_bldg_6697_op.gml
set -euo pipefail
mkdir -p "$2/udx/bldg"
rm -rf "$2/codelists"; cp -r "$3" "$2/codelists"
LC_ALL=C awk -v n="$1" '
function random() { seed = (seed * 16807) % 2147483647; return seed / 2147483647 }
function point(i, z) { return sprintf("%.14f %.14f %.3f", lat[i], lon[i], z) }
function face(list) { printf "<gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>%s</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember>\n", list }
BEGIN {
  seed = 20260722
  print "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
  print "<core:CityModel xmlns:core=\"http://www.opengis.net/citygml/2.0\" xmlns:gml=\"http://www.opengis.net/gml\" xmlns:bldg=\"http://www.opengis.net/citygml/building/2.0\" xmlns:gen=\"http://www.opengis.net/citygml/generics/2.0\" xmlns:xAL=\"urn:oasis:names:tc:ciq:xsdschema:xAL:2.0\" xmlns:uro=\"https://www.geospatial.jp/iur/uro/3.1\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">"
  printf "<gml:boundedBy><gml:Envelope srsName=\"http://www.opengis.net/def/crs/EPSG/0/6697\" srsDimension=\"3\"><gml:lowerCorner>35.6 139.6 0</gml:lowerCorner><gml:upperCorner>35.8 139.8 200</gml:upperCorner></gml:Envelope></gml:boundedBy>\n"
  side = int(sqrt(n)) + 1
  for (b = 0; b < n; ++b) {
    y = 35.6 + int(b / side) * 0.00025; x = 139.6 + (b % side) * 0.0003
    w = 0.00006 + random() * 0.00008; h = 0.00005 + random() * 0.00007
    low = random() * 30; high = low + 3 + random() * random() * 60
    lat[0] = y; lon[0] = x; lat[1] = y; lon[1] = x + w
    count = 4
    if (random() < 0.5) {  # an L
      lat[2] = y + h; lon[2] = x + w; lat[3] = y + h; lon[3] = x + w / 2; lat[4] = y + h / 2; lon[4] = x + w / 2; lat[5] = y + h / 2; lon[5] = x
      count = 6
    } else { lat[2] = y + h; lon[2] = x + w; lat[3] = y + h; lon[3] = x }
    id = sprintf("%08x-%04x-4%03x-8%03x-%012x", b, int(random() * 65536), int(random() * 4096), int(random() * 4096), int(random() * 2147483647))
    printf "<core:cityObjectMember>\n<bldg:Building gml:id=\"bldg_%s\">\n<core:creationDate>2024-03-%02d</core:creationDate>\n", id, 1 + b % 28
    printf "<gen:stringAttribute name=\"13_区市町村コード_大字・町コード_町・丁目コード\"><gen:value>13111%06d</gen:value></gen:stringAttribute>\n", int(b / 200)
    printf "<gen:genericAttributeSet name=\"浸水想定区域\"><gen:stringAttribute name=\"浸水ランク\"><gen:value>%d</gen:value></gen:stringAttribute><gen:measureAttribute name=\"浸水深\"><gen:value uom=\"m\">%.3f</gen:value></gen:measureAttribute></gen:genericAttributeSet>\n", 1 + b % 4, random() * 5
    printf "<bldg:class codeSpace=\"../../codelists/Building_class.xml\">%d</bldg:class>\n<bldg:usage codeSpace=\"../../codelists/Building_usage.xml\">%d</bldg:usage>\n<bldg:yearOfConstruction>%d</bldg:yearOfConstruction>\n<bldg:measuredHeight uom=\"m\">%.1f</bldg:measuredHeight>\n<bldg:storeysAboveGround>%d</bldg:storeysAboveGround>\n<bldg:storeysBelowGround>0</bldg:storeysBelowGround>\n", 3001 + b % 4, 401 + b % 15, 1960 + b % 64, high - low, 1 + int((high - low) / 3.5)
    down = ""; up = ""; edge = ""
    for (i = 0; i <= count; ++i) {
      down = down " " point((count - i) % count, low); up = up " " point(i % count, high); edge = edge " " point(i % count, low)
    }
    printf "<bldg:lod0RoofEdge><gml:MultiSurface>\n"; face(substr(edge, 2)); printf "</gml:MultiSurface></bldg:lod0RoofEdge>\n"
    printf "<bldg:lod1Solid><gml:Solid><gml:exterior><gml:CompositeSurface>\n"
    face(substr(down, 2))
    for (i = 0; i < count; ++i) { j = (i + 1) % count; face(point(i, low) " " point(j, low) " " point(j, high) " " point(i, high) " " point(i, low)) }
    face(substr(up, 2))
    printf "</gml:CompositeSurface></gml:exterior></gml:Solid></bldg:lod1Solid>\n"
    printf "<bldg:address><core:Address><core:xalAddress><xAL:AddressDetails><xAL:Country><xAL:CountryName>日本</xAL:CountryName><xAL:Locality><xAL:LocalityName Type=\"Town\">東京都大田区山王%d丁目</xAL:LocalityName></xAL:Locality></xAL:Country></xAL:AddressDetails></core:xalAddress></core:Address></bldg:address>\n", 1 + b % 9
    printf "<uro:buildingDetails><uro:BuildingDetails><uro:serialNumberOfBuildingCertification>%d</uro:serialNumberOfBuildingCertification><uro:buildingFootprintArea uom=\"m2\">%.2f</uro:buildingFootprintArea><uro:surveyYear>2016</uro:surveyYear></uro:BuildingDetails></uro:buildingDetails>\n", 10000 + b, w * h * 1e10
    printf "<uro:extendedAttribute><uro:KeyValuePair><uro:key codeSpace=\"../../codelists/extendedAttribute_key.xml\">2</uro:key><uro:codeValue codeSpace=\"../../codelists/extendedAttribute_key2.xml\">2</uro:codeValue></uro:KeyValuePair></uro:extendedAttribute>\n"
    printf "<uro:buildingIDAttribute><uro:BuildingIDAttribute><uro:buildingID>13111-bldg-%d</uro:buildingID><uro:prefecture codeSpace=\"../../codelists/Common_prefecture.xml\">13</uro:prefecture><uro:city codeSpace=\"../../codelists/Common_localPublicAuthorities.xml\">13111</uro:city></uro:BuildingIDAttribute></uro:buildingIDAttribute>\n", 1 + b
    printf "</bldg:Building>\n</core:cityObjectMember>\n"
  }
  print "</core:CityModel>"
}' > "$2/udx/bldg/lod1_bldg_6697_op.gml"
