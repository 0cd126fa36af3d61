// Web addresses. Expected values: RFC 3986, section 5.4's own examples for references (those that a path without ';'
// can show), the rest by hand.
#include "tenbo/base/url.h"

#include <gtest/gtest.h>

using namespace tenbo;

namespace {

std::string resolved(const std::string& base, const std::string& reference) {
  const auto from = parse_url(base);
  if (!from) return from.error().message;
  const auto to = resolve_url(*from, reference);
  return to ? to->text() : "refused";
}

}  // namespace

TEST(Url, PartsAndText) {
  const auto u = parse_url("HTTPS://me:pw@Tiles.Example.org:8443/a b/%41.json?key=1&x={2}#part");
  ASSERT_TRUE(u.ok());
  EXPECT_EQ(u->scheme, "https");
  EXPECT_EQ(u->host, "tiles.example.org");
  EXPECT_EQ(u->port, 8443);
  EXPECT_EQ(u->text(), "https://me:pw@tiles.example.org:8443/a%20b/%41.json?key=1&x=%7B2%7D");
  EXPECT_EQ(u->label(), "https://tiles.example.org:8443/a%20b/%41.json");
  EXPECT_EQ(parse_url("http://h:80")->text(), "http://h/");
  EXPECT_EQ(parse_url("http://[::1]:8080/x")->origin(), "http://[::1]:8080");
}

TEST(Url, WhatIsNoAddressIsRefusedWithoutItsSecrets) {
  for (const char* bad : {"ftp://h/x", "https:/h/x", "http://", "http://h:0/", "http://h:99999/", "http://h:8x/", "http://h%2f/", "http://ex\xC3\xA4mple/",
                          "http://h /x", "http://h/a%2fb", "http://h/a%5cb", "http://h/%00", "http://h/\n%0a", "http://[::1/x"}) {
    const auto u = parse_url(bad);
    EXPECT_FALSE(u.ok()) << bad << " -> " << (u ? u->text() : "");
  }
  const auto e = parse_url("https://user:secret@h:bad/x?key=secret");
  ASSERT_FALSE(e.ok());
  EXPECT_EQ(e.error().text().find("secret"), std::string::npos) << e.error().text();
  const auto two = parse_url("https://user:secret@good@evil/x");
  ASSERT_FALSE(two.ok());
  EXPECT_EQ(two.error().text().find("secret"), std::string::npos) << two.error().text();
}

TEST(Url, ReferencesResolveAsTheStandardSays) {
  const std::string base = "http://a/b/c/d?q";
  EXPECT_EQ(resolved(base, "g"), "http://a/b/c/g");
  EXPECT_EQ(resolved(base, "./g/"), "http://a/b/c/g/");
  EXPECT_EQ(resolved(base, "/g"), "http://a/g");
  EXPECT_EQ(resolved(base, "//g"), "http://g/");
  EXPECT_EQ(resolved(base, "?y"), "http://a/b/c/d?y");
  EXPECT_EQ(resolved(base, "g?y/./x"), "http://a/b/c/g?y/./x");
  EXPECT_EQ(resolved(base, "g#s/../x"), "http://a/b/c/g");
  EXPECT_EQ(resolved(base, ".."), "http://a/b/");
  EXPECT_EQ(resolved(base, "../.."), "http://a/");
  EXPECT_EQ(resolved(base, "../../../g"), "http://a/g");
  EXPECT_EQ(resolved(base, "./../g"), "http://a/b/g");
  EXPECT_EQ(resolved(base, "g/./h/../i"), "http://a/b/c/g/i");
  EXPECT_EQ(resolved(base, "%2e%2E/g"), "http://a/b/g");
  EXPECT_EQ(resolved(base, "..\\g"), "http://a/b/g");
  EXPECT_EQ(resolved(base, "https://x/y"), "https://x/y");
  EXPECT_EQ(resolved(base, "a:b"), "refused");
  EXPECT_EQ(resolved(base, "file:///etc/passwd"), "refused");
  EXPECT_EQ(resolved(base, "..%2fg"), "refused");
}

TEST(Url, QueriesAndHosts) {
  EXPECT_EQ(merge_queries("a=1&b=2", "b=3&c=4"), "a=1&b=2&c=4");
  EXPECT_EQ(merge_queries("", "k=1"), "k=1");
  EXPECT_EQ(merge_queries("v", ""), "v");
  EXPECT_TRUE(names_host({"Tiles.example.org"}, *parse_url("https://tiles.example.org/x")));
  EXPECT_FALSE(names_host({"tiles.example.org"}, *parse_url("https://tiles.example.org:8443/x")));
  EXPECT_TRUE(names_host({"tiles.example.org:8443"}, *parse_url("https://tiles.example.org:8443/x")));
  EXPECT_FALSE(names_host({"example.org"}, *parse_url("https://tiles.example.org/x")));
}

TEST(Url, NamesOfPathsAndAddresses) {
  EXPECT_EQ(stem_of("https://h/city/tileset.json?key=K.x"), "tileset");
  EXPECT_EQ(stem_of("https://h/city/"), "city");
  EXPECT_EQ(stem_of("https://h/?key=K"), "h");
  EXPECT_EQ(stem_of("/a/b/c.tif"), "c");
  EXPECT_EQ(stem_of("/a/b/"), "b");
  EXPECT_EQ(shown("https://u:p@h/a?key=K"), "https://h/a");
  EXPECT_EQ(shown("/a//b"), "/a//b");
  EXPECT_EQ(shown("https://h/{z}/{x}/{-y}.png?key=K"), "https://h/{z}/{x}/{-y}.png");
}
