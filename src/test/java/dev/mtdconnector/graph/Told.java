package dev.mtdconnector.graph;

import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import dev.mtdconnector.enrollment.DirectoryChanges.DeviceSink;
import dev.mtdconnector.enrollment.DirectoryChanges.GroupSink;
import dev.mtdconnector.enrollment.DirectoryChanges.Meter;
import dev.mtdconnector.enrollment.Guid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down what it is told, a line each, and counts what it cost. */
final class Told implements GroupSink, DeviceSink, Meter {

    final List<String> lines = new ArrayList<>();
    int requests;
    int pages;
    Duration waited = Duration.ZERO;

    @Override
    public void group(String groupId, @Nullable String displayName) {
        lines.add("group " + groupId + " " + displayName);
    }

    @Override
    public void groupGone(String groupId) {
        lines.add("gone " + groupId);
    }

    @Override
    public void user(String groupId, long high, long low, boolean isRemoved) {
        lines.add((isRemoved ? "-" : "+") + "user " + groupId + " " + Guid.text(high, low));
    }

    @Override
    public void child(String groupId, String childId, boolean isRemoved) {
        lines.add((isRemoved ? "-" : "+") + "child " + groupId + " " + childId);
    }

    @Override
    public void device(OwnedDevice device) {
        lines.add("device " + device.deviceId() + " of " + device.userId());
    }

    @Override
    public void deviceGone(String objectId) {
        lines.add("gone " + objectId);
    }

    @Override
    public void request() {
        requests++;
    }

    @Override
    public void page() {
        pages++;
    }

    @Override
    public void throttled(Duration time) {
        waited = waited.plus(time);
    }
}
