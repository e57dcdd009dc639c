package dev.mtdconnector.local.http;

/** A part of the simulator that adds its routes to a server. */
@FunctionalInterface
public interface Routes {

    void register(LocalServer server);
}
