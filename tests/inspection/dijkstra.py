"""Shortest ways round closed roads, by other means than the program: nodes are exact coordinates, lengths are geodesics after Vincenty (1975).
usage: dijkstra.py FILE   lines "edge lon0 lat0 lon1 lat1 forth back" and "ask edge"; prints the metres of the worse direction, or none"""
import heapq
import math
import sys


def vincenty(lon1, lat1, lon2, lat2):
    a, f = 6378137.0, 1 / 298.257223563
    b = (1 - f) * a
    u1, u2 = (math.atan((1 - f) * math.tan(math.radians(x))) for x in (lat1, lat2))
    l = lam = math.radians(lon2 - lon1)
    for _ in range(100):
        s = math.hypot(math.cos(u2) * math.sin(lam), math.cos(u1) * math.sin(u2) - math.sin(u1) * math.cos(u2) * math.cos(lam))
        if s == 0:
            return 0.0
        c = math.sin(u1) * math.sin(u2) + math.cos(u1) * math.cos(u2) * math.cos(lam)
        sigma = math.atan2(s, c)
        alpha = math.cos(u1) * math.cos(u2) * math.sin(lam) / s
        k = 1 - alpha * alpha
        m = c - 2 * math.sin(u1) * math.sin(u2) / k if k else 0
        cc = f / 16 * k * (4 + f * (4 - 3 * k))
        before, lam = lam, l + (1 - cc) * f * alpha * (sigma + cc * s * (m + cc * c * (-1 + 2 * m * m)))
        if abs(lam - before) < 1e-13:
            break
    uu = k * (a * a - b * b) / (b * b)
    aa = 1 + uu / 16384 * (4096 + uu * (-768 + uu * (320 - 175 * uu)))
    bb = uu / 1024 * (256 + uu * (-128 + uu * (74 - 47 * uu)))
    d = bb * s * (m + bb / 4 * (c * (-1 + 2 * m * m) - bb / 6 * m * (-3 + 4 * s * s) * (-3 + 4 * m * m)))
    return b * aa * (sigma - d)


def way(graph, start, end, without):
    best, heap = {start: 0.0}, [(0.0, start)]
    while heap:
        cost, node = heapq.heappop(heap)
        if node == end:
            return cost
        if cost > best[node]:
            continue
        for edge, other, metres in graph.get(node, ()):
            if edge != without and cost + metres < best.get(other, math.inf):
                best[other] = cost + metres
                heapq.heappush(heap, (best[other], other))
    return math.inf


edges, asked, graph = [], [], {}
for line in open(sys.argv[1]):
    words = line.split()
    if words[0] == "ask":
        asked.append(int(words[1]))
        continue
    lon0, lat0, lon1, lat1 = map(float, words[1:5])
    edge = ((lon0, lat0), (lon1, lat1), words[5] == "1", words[6] == "1")
    metres = vincenty(lon0, lat0, lon1, lat1)
    if edge[2]:
        graph.setdefault(edge[0], []).append((len(edges), edge[1], metres))
    if edge[3]:
        graph.setdefault(edge[1], []).append((len(edges), edge[0], metres))
    edges.append(edge)
for e in asked:
    a, b, forth, back = edges[e]
    worst = max([way(graph, a, b, e)] * forth + [way(graph, b, a, e)] * back)
    print("none" if math.isinf(worst) else f"{worst:.4f}")
