package dev.mtdconnector.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AppTiesTest {

    private static final String LENA = "d95209b0-e274-4702-8929-807e2ad7900a";

    private static Device device(String id, String name, Platform platform, @Nullable String model, String user) {
        return Device.pending(
                new Device.DirectoryFacts(id, "object", name, platform, "18", model, null, user, "lena@x.example"));
    }

    private static AppRegistration app(@Nullable Platform platform, @Nullable String name, @Nullable String type) {
        return new AppRegistration(LENA, "tag", "id", platform, name, type, "18", "com.example", null);
    }

    private static String tie(AppRegistration app, Device... devices) {
        return AppTies.deviceOf(app, List.of(devices)).map(Device::deviceId).orElse("none");
    }

    private final Device phone = device("phone", "Lena's iPhone", Platform.IOS, "iPhone 15", LENA);
    private final Device tablet = device("tablet", "Lena's iPad", Platform.IOS, "iPad Air", LENA);
    private final Device pixel = device("pixel", "Pixel", Platform.ANDROID, "Pixel 8", LENA);

    @Test
    void theOneDeviceThatFitsIsIt() {
        assertThat(tie(app(Platform.IOS, "lena's iphone ", "iPhone"), phone, tablet, pixel))
                .isEqualTo("phone");
        assertThat(tie(app(Platform.IOS, null, "iPad"), phone, tablet, pixel)).isEqualTo("tablet");
        assertThat(tie(app(Platform.ANDROID, null, "Android"), phone, tablet, pixel))
                .isEqualTo("pixel");
        assertThat(tie(app(Platform.IOS, "Lena's iPad", null), phone, tablet)).isEqualTo("tablet");
    }

    @Test
    void whereSeveralFitOrNoneDoesNobodyGuesses() {
        Device second = device("second", "Lena's iPhone", Platform.IOS, "iPhone 15", LENA);
        assertThat(tie(app(Platform.IOS, "Lena's iPhone", "iPhone"), phone, second))
                .isEqualTo("none");
        assertThat(tie(app(Platform.IOS, null, null), phone, tablet)).isEqualTo("none");
        assertThat(tie(app(Platform.IOS, "Her phone", "iPhone"), phone)).isEqualTo("none");
        assertThat(tie(app(Platform.IOS, "Lena's iPhone", "iPad"), phone)).isEqualTo("none");
        assertThat(tie(app(Platform.ANDROID, "Lena's iPhone", null), phone)).isEqualTo("none");
        assertThat(tie(app(null, "Lena's iPhone", "iPhone"), phone)).isEqualTo("none");
        assertThat(tie(app(Platform.IOS, null, "iPhone"))).isEqualTo("none");
    }

    @Test
    void somebodyElsesDeviceNeverFits() {
        Device stranger = device("strange", "Lena's iPhone", Platform.IOS, "iPhone 15", "607f1810-a465-447c-b136");
        assertThat(tie(app(Platform.IOS, "Lena's iPhone", "iPhone"), stranger)).isEqualTo("none");
    }
}
