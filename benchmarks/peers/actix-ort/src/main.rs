//! actix-web and ONNX Runtime by the crate `ort`, as published: base64 in JSON, a decoded picture of
//! full size handed to a graph that resizes it.

use std::sync::{Condvar, Mutex};

use actix_web::{error, web, App, HttpResponse, HttpServer};
use base64::{engine::general_purpose::STANDARD, Engine};
use ndarray::Array4;
use ort::{session::Session, value::Tensor};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Request {
    image: String,
}

#[derive(Serialize)]
struct Prediction {
    label: usize,
    score: f32,
}

/// One session for each core. A request takes the first that is free.
struct Sessions {
    free: Mutex<Vec<Session>>,
    returned: Condvar,
}

impl Sessions {
    fn run(&self, picture: Array4<u8>) -> ort::Result<Prediction> {
        let mut session = {
            let free = self.free.lock().unwrap();
            let mut free = self.returned.wait_while(free, |free| free.is_empty()).unwrap();
            free.pop().expect("a session is free")
        };
        let prediction = predict_with(&mut session, picture);
        self.free.lock().unwrap().push(session);
        self.returned.notify_one();
        prediction
    }
}

fn predict_with(session: &mut Session, picture: Array4<u8>) -> ort::Result<Prediction> {
    let outputs = session.run(ort::inputs!["picture" => Tensor::from_array(picture)?])?;
    let (_, scores) = outputs["scores"].try_extract_tensor::<f32>()?;
    let (label, score) = scores
        .iter()
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(b.1))
        .expect("scores");
    Ok(Prediction { label, score: *score })
}

async fn ready() -> HttpResponse {
    HttpResponse::Ok().finish()
}

async fn predict(request: web::Json<Request>, sessions: web::Data<Sessions>) -> actix_web::Result<web::Json<Prediction>> {
    let prediction = web::block(move || -> Result<Prediction, String> {
        let jpeg = STANDARD.decode(&request.image).map_err(|e| e.to_string())?;
        let picture = image::load_from_memory(&jpeg).map_err(|e| e.to_string())?.to_rgb8();
        let shape = (1, picture.height() as usize, picture.width() as usize, 3);
        let pixels = Array4::from_shape_vec(shape, picture.into_raw()).map_err(|e| e.to_string())?;
        sessions.run(pixels).map_err(|e| e.to_string())
    })
    .await?
    .map_err(error::ErrorBadRequest)?;
    Ok(web::Json(prediction))
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let models = std::env::var("MODELS")?;
    let port: u16 = std::env::var("PORT")?.parse()?;
    let cores = std::thread::available_parallelism()?.get();
    let sessions = (0..cores)
        .map(|_| {
            Session::builder()?
                .with_intra_threads(1)?
                .commit_from_file(format!("{models}/mobilenet_transform.onnx"))
        })
        .collect::<ort::Result<Vec<_>>>()?;
    let sessions = web::Data::new(Sessions { free: Mutex::new(sessions), returned: Condvar::new() });
    HttpServer::new(move || {
        App::new()
            .app_data(web::JsonConfig::default().limit(16 << 20))
            .app_data(sessions.clone())
            .route("/ready", web::get().to(ready))
            .route("/predict", web::post().to(predict))
    })
    .workers(cores)
    .bind(("127.0.0.1", port))?
    .run()
    .await?;
    Ok(())
}
