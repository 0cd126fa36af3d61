<?xml version="1.0" encoding="UTF-8"?>
<core:CityModel xmlns:core="http://www.opengis.net/citygml/2.0" xmlns:bldg="http://www.opengis.net/citygml/building/2.0"
 xmlns:gml="http://www.opengis.net/gml" xmlns:gen="http://www.opengis.net/citygml/generics/2.0"
 xmlns:app="http://www.opengis.net/citygml/appearance/2.0" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:uro="https://www.geospatial.jp/iur/uro/3.1" xmlns:veg="http://www.opengis.net/citygml/vegetation/2.0"
 xmlns:dem="http://www.opengis.net/citygml/relief/2.0" xmlns:xAL="urn:oasis:names:tc:ciq:xsdschema:xAL:2.0">
<gml:boundedBy><gml:Envelope srsName="http://www.opengis.net/def/crs/EPSG/0/6697" srsDimension="3"><gml:lowerCorner>35 139 0</gml:lowerCorner><gml:upperCorner>36 140 9</gml:upperCorner></gml:Envelope></gml:boundedBy>
<core:cityObjectMember><bldg:Building gml:id="a"><bldg:lod2MultiSurface><gml:MultiSurface><gml:surfaceMember xlink:href="#p"/><gml:surfaceMember xlink:href="#q"/></gml:MultiSurface></bldg:lod2MultiSurface></bldg:Building></core:cityObjectMember>
<core:cityObjectMember><bldg:Building gml:id="b"><bldg:lod2MultiSurface><gml:MultiSurface><gml:surfaceMember><gml:Polygon gml:id="p"><gml:exterior><gml:LinearRing><gml:posList>35.68000000000000 139.69999999999999 5.000000 35.68000000000000 139.70003316382932 5.000000 35.68002704164413 139.70003316382932 5.000000 35.68002704164413 139.69999999999999 5.000000 35.68000000000000 139.69999999999999 5.000000</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface></bldg:lod2MultiSurface><bldg:lod3MultiSurface><gml:MultiSurface gml:id="q"><gml:surfaceMember xlink:href="#q"/></gml:MultiSurface></bldg:lod3MultiSurface></bldg:Building></core:cityObjectMember>
</core:CityModel>
